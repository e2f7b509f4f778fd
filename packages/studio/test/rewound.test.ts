import { expect, it, vi } from "vitest";
import { finished, stateBeside } from "./engine-of-answers.js";

/** A page that looks at step 50 of a run with these moments. */
async function rewound() {
  const page = stateBeside([finished(1, "base", [0, 25, 50, 75])]);
  page.open();
  await vi.waitFor(() => expect(page.studio.runs.value.size).toBe(1));
  page.studio.lookAt({ run: 1, step: 50 });
  await vi.waitFor(() =>
    expect(page.asked).toContainEqual(expect.objectContaining({ command: "rewind", step: 50 })),
  );
  return page;
}

it("a page goes to the moment before when the one that it shows is kept no more", async () => {
  const { studio, tell, asked } = await rewound();
  tell({ type: "moments", run: 1, steps: [0, 40, 80] });
  await vi.waitFor(() => expect(studio.moment.value).toEqual({ run: 1, step: 40 }));
  await vi.waitFor(() =>
    expect(asked).toContainEqual(expect.objectContaining({ command: "rewind", step: 40 })),
  );
});

it("a page shows what is now when no moment of the run that it shows is kept any more", async () => {
  const { studio, tell } = await rewound();
  tell({ type: "moments", run: 1, steps: [] });
  await vi.waitFor(() => expect(studio.moment.value).toBeUndefined());
});

it("a page stays at its moment when others are kept as well", async () => {
  const { studio, tell } = await rewound();
  tell({ type: "moments", run: 1, steps: [0, 25, 50, 75, 100] });
  await vi.waitFor(() => expect(studio.runs.value.get(1)?.moments).toHaveLength(5));
  expect(studio.moment.value).toEqual({ run: 1, step: 50 });
});

it("trains on from its moment once, however often that is asked for at once", async () => {
  const { studio, asked } = await rewound();
  const moment = { run: 1, step: 50 };
  await Promise.all([1, 2, 3].map(() => studio.startFrom(moment, false)));
  expect(asked.filter(({ command }) => command === "start")).toEqual([
    expect.objectContaining({ from: moment }),
  ]);
});
