import { fileURLToPath } from "node:url";
import { defineConfig } from "@rspress/core";
import { type Language, languages, sections } from "./sections.js";
import { spanish } from "./texts.js";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const labels: Readonly<Record<Language, string>> = { en: "English", es: "Español" };
const reference: Readonly<Record<Language, string>> = { en: "API reference", es: "Referencia de la API" };
const description: Readonly<Record<Language, string>> = {
  en: "Convolutional networks in TypeScript, trained at native speed, with Keras's semantics and files.",
  es: "Redes convolucionales en TypeScript, entrenadas a velocidad nativa, con la semántica y los archivos de Keras.",
};

const rootOf = (lang: Language): string => (lang === languages[0] ? "/" : `/${lang}/`);

const sidebarOf = (lang: Language) =>
  sections.map(({ title, pages }) => ({
    text: title[lang],
    items: pages.map((page) => ({ text: page.title[lang], link: `${rootOf(lang)}${page.path}` })),
  }));

export default defineConfig({
  root: here("."),
  outDir: here("dist"),
  lang: languages[0],
  title: "Trazo",
  description: description.en,
  icon: "/icon.svg",
  locales: languages.map((lang) => ({
    lang,
    label: labels[lang],
    title: "Trazo",
    description: description[lang],
  })),
  // Everything else in this folder makes the site, and is none of its pages.
  route: {
    exclude: ["*.ts", "dist/**", "figures/**", "theme/**"],
    // Only from the first language to a visitor's own: a link to a page of the other stays there.
    localeRedirect: "only-default-lang",
  },
  i18nSource: (known) =>
    Object.fromEntries(
      Object.entries(known).map(([key, texts]) => [key, { ...texts, es: spanish[key] ?? texts.en }]),
    ) as typeof known,
  themeDir: here("theme"),
  globalStyles: here("theme/styles.css"),
  llms: false,
  markdown: {
    link: { checkDeadLinks: true, checkAnchors: true },
  },
  themeConfig: {
    locales: languages.map((lang) => ({
      lang,
      label: labels[lang],
      nav: [{ text: reference[lang], link: "/api/index.html" }],
      sidebar: { [rootOf(lang)]: sidebarOf(lang) },
    })),
  },
});
