import { type Language, PracticeError, pictureTexts } from "@trazo/practice";
import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { en as failuresEn } from "../../practice/src/failures/en.js";
import { es as failuresEs } from "../../practice/src/failures/es.js";
import { chosenLanguage } from "../src/language.js";
import { createProgram } from "../src/program.js";
import { en } from "../src/text/en.js";
import { languages, textIn } from "../src/text/index.js";
import { trazo } from "./command.js";

describe("the language", () => {
  it.each<[args: string[], environment: Record<string, string>, Language]>([
    [[], {}, "en"],
    [[], { LANG: "es_ES.UTF-8" }, "es"],
    [[], { LANG: "es" }, "es"],
    [[], { LANG: "es_MX.UTF-8", LC_ALL: "C" }, "en"],
    [[], { LANG: "en_US.UTF-8", LC_MESSAGES: "es_AR" }, "es"],
    [[], { LANG: "est_EE" }, "en"],
    [["practice", "--lang", "es"], {}, "es"],
    [["practice", "--lang=en"], { LANG: "es_ES.UTF-8" }, "en"],
    [["--lang", "xx"], { LANG: "es_ES.UTF-8" }, "es"],
  ])("%j with %j is %s", (args, environment, language) => {
    expect(chosenLanguage(args, environment)).toBe(language);
  });

  it("is taken from the environment and from --lang by the program itself", async () => {
    const [spanish, english] = await Promise.all([
      trazo(["runs", "no/existe"], undefined, { LC_ALL: "", LANG: "es_ES.UTF-8" }),
      trazo(["runs", "no/existe", "--lang", "en"], undefined, { LC_ALL: "es_ES.UTF-8" }),
    ]);
    expect(spanish).toMatchObject({ code: 1, stderr: "trazo: No existe la carpeta no/existe.\n" });
    expect(english).toMatchObject({ code: 1, stderr: "trazo: No such folder: no/existe.\n" });
  });
});

describe.each(languages)("what is said in %s", (language) => {
  it("by the command line is complete, and nothing is left in English", async () => {
    requireWhole(await textIn(language), en, language, ["data.test", "worker.took"]);
  });

  it("of folders of pictures is complete, and nothing is left in English", () => {
    requireWhole(pictureTexts[language], pictureTexts.en, language, ["page.facts.test"]);
  });
});

/** @param same words that are the same in both languages */
function requireWhole(text: object, english: object, language: Language, same: readonly string[]): void {
  const [own, wanted] = [leaves(text), leaves(english)];
  expect([...own.keys()].sort()).toEqual([...wanted.keys()].sort());
  if (language === "en") return;
  const left = [...own].filter(([key, value]) => value === wanted.get(key) && /[a-z]{3}/.test(String(value)));
  expect(left.map(([key]) => key).filter((key) => !same.includes(key))).toEqual([]);
}

it("the practice's errors are told in Spanish", () => {
  expect(Object.keys(failuresEs).sort()).toEqual(Object.keys(failuresEn).sort());
  const error = new PracticeError(({ noRuns }) => noRuns);
  expect(error.message).toBe(failuresEn.noRuns);
  expect(error.in("es")).toBe(failuresEs.noRuns);
});

describe("in Spanish", async () => {
  const spanish = { text: await textIn("es"), language: "es" } as const;
  const run = async (...args: string[]): Promise<string> => {
    const program = await createProgram(args, spanish);
    let said = "";
    const listen = { writeOut: (text: string) => (said += text), writeErr: (text: string) => (said += text) };
    for (const command of [program, ...program.commands]) command.configureOutput(listen);
    await program.parseAsync(args, { from: "user" }).catch((error) => {
      if (!(error instanceof CommanderError)) throw error;
    });
    return said;
  };

  it.each(Object.keys(en.commands))("the help of %s has no English left", async (name) => {
    const help = await run(name, "--help");
    expect(help).toMatch(/^Uso: trazo /);
    expect(help).not.toMatch(/Usage|Options|Arguments|\[options\]|default|choices|display|folder|\bthe\b/);
  });

  it("the list of commands has no English left", async () => {
    const help = await run("--help");
    for (const title of ["Uso: ", "Opciones:", "Comandos:"]) expect(help).toContain(title);
    expect(help).not.toMatch(/Usage|Options|Commands|\[options\]|default|choices|display|output|\bthe\b/);
  });

  it.each<[args: string[], said: string]>([
    [["practice", "--epocs", "3"], "error: no existe la opción «--epocs»\n(¿Querías decir --epochs?)"],
    [["practice", "--xyzzy"], "error: no existe la opción «--xyzzy»"],
    [["practise"], "error: no existe el comando «practise»\n(¿Querías decir practice?)"],
    [["predict"], "error: falta el argumento «model»"],
    [["practice", "--epochs"], "error: falta el valor de la opción «--epochs <n>»"],
    [["export", "model.keras"], "error: falta la opción obligatoria «--to <format>»"],
    [
      ["practice", "--all", "--only", "l2"],
      "error: las opciones «--only <names>» y «--all» no pueden darse a la vez",
    ],
    [["runs", "a", "b"], "error: sobran argumentos para «runs»: se esperaban 1, pero hay 2."],
    [
      ["practice", "--epochs", "0"],
      "error: el valor «0» de la opción «--epochs <n>» no es válido. Debe ser un entero mayor o igual que 1.",
    ],
    [
      ["practice", "--lang", "fr"],
      "error: el valor «fr» de la opción «--lang <language>» no es válido. Valores posibles: en, es.",
    ],
    [
      ["practice", "--only", "l3"],
      "error: el valor «l3» de la opción «--only <names>» no es válido. No existe la técnica «l3».",
    ],
  ])("%j is refused", async (args, said) => {
    const told = await run(...args);
    expect(told).toContain(said);
    expect(told).toContain("(con --help se ven todas las opciones)");
  });
});

/** Every text of a language by its place; functions as what they give for arguments that name themselves. */
function leaves(value: object, path = ""): Map<string, unknown> {
  return new Map(
    Object.entries(value).flatMap(([key, item]) => {
      const place = path === "" ? key : `${path}.${key}`;
      if (typeof item === "object") return [...leaves(item, place)];
      return [[place, typeof item === "function" ? String(item) : item]] as const;
    }),
  );
}
