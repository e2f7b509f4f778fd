import { describe, expect, it } from "vitest";
import { eventually, openPage, statusSays, trainExamplePictures } from "./opened.js";
import { studioAndBrowser } from "./studio-and-browser.js";

const here = studioAndBrowser("restarted", 1000);

describe("pages whose studio was killed", () => {
  it("say so, find the next one by themselves, and begin one run together", async () => {
    const opened = await Promise.all(
      ["learn", "compare"].map((screen) =>
        openPage(here.browser, `${here.address}/?lang=en&screen=${screen}&epochs=50`),
      ),
    );
    const [learn, compare] = opened.map(({ page }) => page);
    if (!learn || !compare) throw new Error("There are no pages.");
    await statusSays(learn, /epoch/);
    await learn.locator(".rewind input").fill("0");
    await eventually(() => learn.locator(".rewind output").innerText()).toBe("How it read at step 0");
    await here.kill();
    for (const page of [learn, compare]) {
      await eventually(() => page.locator(".banner").allInnerTexts()).toEqual([
        expect.stringMatching(/^The connection to the studio is lost/),
      ]);
    }
    await here.reopen();
    for (const page of [learn, compare]) {
      await eventually(() => page.locator(".banner").count()).toBe(0);
    }
    await statusSays(learn, /epoch/);
    // Both have asked for a run by now; the second would have stopped the first.
    await eventually(() => learn.locator(".runs li").count()).toBe(1);
    expect(await learn.locator(".rewind output").innerText()).toBe("Now");
    const errors = opened.flatMap(({ problems }) => problems).filter((text) => !/net::ERR_/.test(text));
    expect(errors).toEqual([]);
  });

  it("have the network for pictures again that was kept, and what it mistook", async () => {
    const { page } = await openPage(here.browser, `${here.address}/?lang=en&screen=pictures`);
    await trainExamplePictures(page);
    await eventually(() => page.locator(".picture-mistakes li").count()).toBeGreaterThan(0);
    const mistaken = await page.locator(".picture-mistakes").innerText();
    await page.locator(".take-away", { hasText: "pictures" }).waitFor();
    await here.kill();
    await here.reopen();
    await page.reload();
    await eventually(() => page.locator(".picture-status").innerText()).toMatch(/Finished after 1 epoch/);
    await eventually(() => page.locator(".picture-mistakes").innerText()).toBe(mistaken);
  });

  it("trains every technique, and all five after one click, or two", async () => {
    const { page, problems } = await openPage(here.browser, `${here.address}/?lang=en&epochs=1&seed=2`);
    // The knobs say what the address says, although another run was last.
    await eventually(() => page.getByLabel("Seed").inputValue()).toBe("2");
    expect(await page.locator(".technique.on").count()).toBe(0);
    await page.evaluate(`for (const _ of "12") {
      [...document.querySelectorAll("button")].find((one) => one.textContent === "Train all five techniques").click();
    }`);
    const rows = (status: string): Promise<string[]> =>
      page.locator(`.runs li.${status} .name`).allInnerTexts();
    await eventually(async () => (await rows("done")).filter((name) => /seed 2$/.test(name))).toEqual([
      "Augmentation + batch norm · seed 2",
      "Batch normalization · seed 2",
      "Dropout · seed 2",
      "L2 · seed 2",
      "Base · seed 2",
    ]);
    expect([...(await rows("waiting")), ...(await rows("running"))]).toEqual([]);
    expect(problems).toEqual([]);
  });
});
