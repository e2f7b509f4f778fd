/** The page's program. It runs in browsers: plain JavaScript, sent as it stands. */
export const pageScript = `
"use strict";
const find = (id) => document.getElementById(id);
const paper = find("paper");
const pen = paper.getContext("2d");
const middle = { x: paper.width / 2, y: paper.height / 2 };
let last = null; // where the pen touches the paper
let cursor = { ...middle, down: false }; // the keyboard's pen
let drawn = document.createElement("canvas"); // the drawing without the cursor
drawn.width = paper.width;
drawn.height = paper.height;
const ink = drawn.getContext("2d");
let empty = true;
let busy = false;
let again = false;
let version = 0;

function wipe() {
  version++;
  empty = true;
  last = null;
  ink.fillStyle = "#fff";
  ink.fillRect(0, 0, drawn.width, drawn.height);
  cursor = { ...middle, down: false };
  find("answer").textContent = "Nothing drawn yet.";
  find("classes").replaceChildren();
  show();
}

function show() {
  pen.drawImage(drawn, 0, 0);
  if (document.activeElement !== paper || last) return;
  pen.lineWidth = 2;
  pen.strokeStyle = cursor.down ? "#b3261e" : "#5f6670";
  pen.beginPath();
  pen.arc(cursor.x, cursor.y, 12, 0, 2 * Math.PI);
  pen.stroke();
}

function stroke(from, to) {
  ink.strokeStyle = "#000";
  ink.lineWidth = paper.width / 14;
  ink.lineCap = ink.lineJoin = "round";
  ink.beginPath();
  ink.moveTo(from.x, from.y);
  ink.lineTo(to.x, to.y);
  ink.stroke();
  empty = false;
  version++;
  show();
  ask();
}

function place(event) {
  const box = paper.getBoundingClientRect();
  return {
    x: ((event.clientX - box.left) * paper.width) / box.width,
    y: ((event.clientY - box.top) * paper.height) / box.height,
  };
}

paper.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  paper.setPointerCapture(event.pointerId);
  last = place(event);
  stroke(last, last);
});
paper.addEventListener("pointermove", (event) => {
  if (!last) return;
  for (const step of event.getCoalescedEvents?.() ?? [event]) {
    const to = place(step);
    stroke(last, to);
    last = to;
  }
});
for (const end of ["pointerup", "pointercancel"]) paper.addEventListener(end, () => { last = null; });
for (const change of ["focus", "blur"]) paper.addEventListener(change, show);

const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
paper.addEventListener("keydown", (event) => {
  const step = steps[event.key];
  if (step) {
    const to = {
      x: Math.min(paper.width, Math.max(0, cursor.x + 10 * step[0])),
      y: Math.min(paper.height, Math.max(0, cursor.y + 10 * step[1])),
    };
    const from = cursor;
    cursor = { ...to, down: from.down };
    if (from.down) stroke(from, to);
  } else if (event.key === " ") cursor.down = !cursor.down;
  else if (event.key === "Delete") wipe();
  else return;
  event.preventDefault();
  show();
});
find("clear").addEventListener("click", wipe);

// One question at a time; what was drawn meanwhile is asked next.
async function ask() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  do {
    again = false;
    const asked = version;
    const picture = await new Promise((done) => drawn.toBlob(done, "image/png"));
    const told = await predict(picture);
    if (asked === version || (!empty && again)) tell(told);
  } while (again && !empty);
  busy = false;
}

async function predict(picture) {
  try {
    const answer = await fetch("predict?top=" + shown, {
      method: "POST",
      headers: { "content-type": picture.type },
      body: picture,
    });
    return await answer.json();
  } catch {
    return { error: { message: "The server does not answer." } };
  }
}

const percent = (share) => (100 * share).toFixed(1) + " %";

function tell(told) {
  const bars = find("classes");
  if (told.error) {
    find("answer").textContent = told.error.message;
    bars.replaceChildren();
    return;
  }
  const [{ class: name, probability, top }] = told.predictions;
  find("answer").textContent = "It is " + name + " (" + percent(probability) + ").";
  bars.replaceChildren(...top.map(bar));
}

function bar(guess) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const length = document.createElement("div");
  const share = document.createElement("span");
  name.textContent = name.title = guess.class;
  length.style.width = 100 * guess.probability + "%";
  share.textContent = percent(guess.probability);
  item.append(name, length, share);
  return item;
}

find("file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  wipe();
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(drawn.width / picture.width, drawn.height / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    ink.drawImage(picture, (drawn.width - width) / 2, (drawn.height - height) / 2, width, height);
    show();
  } catch {
    // The server says what is wrong with it.
  }
  tell(await predict(file));
});

let shown = 1;
async function introduce() {
  try {
    const { model, classes, imageShape } = await (await fetch("health")).json();
    shown = Math.min(10, classes.length);
    find("model").textContent =
      "The model " + model + " knows " + classes.length + " classes and reads images of " + imageShape.join("×") + ".";
  } catch {
    find("model").textContent = "The server does not answer.";
  }
}

const address = new URL("predict", location.href).href;
find("example").textContent =
  "curl -H 'Content-Type: image/png' --data-binary @seven.png '" + address + "?top=3'\\n" +
  "curl -F images=@seven.png -F images=@two.jpg '" + address + "'";
wipe();
introduce();
`;
