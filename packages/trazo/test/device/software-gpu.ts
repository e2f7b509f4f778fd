import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether there is one for this platform. */
export const hasSoftwareGpu = process.platform === "linux" && process.arch === "x64";

/** The environment in which programs find a GPU in software: Vulkan as the package `@sparticuz/chromium` carries it. */
export async function softwareGpu(): Promise<NodeJS.ProcessEnv> {
  // See practice/test/report/browser.ts.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= "nodejs20.x";
  const { default: chromium } = await import("@sparticuz/chromium");
  await chromium.executablePath();
  const folder = tmpdir();
  const driver = join(folder, "vk_swiftshader_icd.json");
  if (!existsSync(driver)) throw new Error(`There is no ${driver}.`);
  const others = process.env.LD_LIBRARY_PATH;
  return {
    ...process.env,
    LD_LIBRARY_PATH: others ? `${folder}:${others}` : folder,
    VK_DRIVER_FILES: driver,
    VK_ICD_FILENAMES: driver,
    XDG_RUNTIME_DIR: folder,
  };
}
