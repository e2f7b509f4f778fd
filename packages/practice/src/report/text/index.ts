import type { Language } from "../../language.js";
import { en } from "./en.js";
import { es } from "./es.js";
import type { ReportText } from "./text.js";

export const texts: Readonly<Record<Language, ReportText>> = { en, es };
