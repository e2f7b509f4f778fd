/** The generator's own theme, with what keyboards and screen readers need. */
import { getCustomMDXComponent as getOriginal } from "@rspress/core/theme-original";
import { type ComponentProps, createElement } from "react";

export * from "@rspress/core/theme-original";

/** What Markdown's elements become. */
export function getCustomMDXComponent() {
  const original = getOriginal();
  /** Wide tables scroll, with the arrow keys as well. */
  const table = (props: ComponentProps<"table">) =>
    createElement(
      "div",
      { className: "rp-table-scroll-container rp-scrollbar", tabIndex: 0 },
      createElement("table", props),
    );
  /** Screen readers do not meet the marks beside headings, so the keyboard must not either. */
  const a = (props: ComponentProps<"a">) =>
    createElement(original.a, props["aria-hidden"] ? { ...props, tabIndex: -1 } : props);
  return { ...original, table, a };
}
