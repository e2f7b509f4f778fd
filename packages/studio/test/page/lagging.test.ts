import { expect, it } from "vitest";
import { eventually, openPage, statusSays } from "./opened.js";
import { studioAndBrowser } from "./studio-and-browser.js";

const here = studioAndBrowser("lagging", 1000);

it("says of a network alone, after one short training, that it misreads more than it has learned to", async () => {
  const { page, problems } = await openPage(here.browser, `${here.address}/?lang=en&bn=1&epochs=4`);
  await statusSays(page, /finished\./);
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await eventually(() => page.locator(".thousand .callout").allInnerTexts()).toEqual([
    expect.stringMatching(
      /^Batch normalization.*: the moving averages .* misreads more than it has learned to\.$/,
    ),
  ]);
  expect(problems).toEqual([]);
});
