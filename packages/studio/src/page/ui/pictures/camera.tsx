import { useEffect, useRef, useState } from "preact/hooks";
import { cameraProblemOf } from "../../pictures/camera-problem.js";
import { squareOf } from "../../pictures/square.js";
import type { CameraProblem } from "../../state/problem.js";
import { texts } from "../../texts/index.js";

/** What the camera sees, in the middle of it; told every so many milliseconds while `isTaking`. Its buttons are there where a camera is. */
export function Camera({
  isTaking,
  everyMs,
  onPicture,
  children,
}: {
  readonly isTaking: boolean;
  readonly everyMs: number;
  onPicture(square: OffscreenCanvas): Promise<unknown>;
  readonly children?: preact.ComponentChildren;
}) {
  const { pictures } = texts.value;
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<CameraProblem | undefined>(undefined);
  const take = useRef(onPicture);
  take.current = onPicture;

  useEffect(() => {
    let stream: MediaStream | undefined;
    let isOver = false;
    const open = async (): Promise<void> => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        if (isOver) return end();
        if (video.current) video.current.srcObject = stream;
      } catch (error) {
        if (!isOver) setProblem(cameraProblemOf(error));
      }
    };
    const end = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    void open();
    return () => {
      isOver = true;
      end();
    };
  }, []);

  useEffect(() => {
    if (!isTaking) return;
    let timer: ReturnType<typeof setTimeout>;
    let isOver = false;
    const look = async (): Promise<void> => {
      const seen = video.current;
      if (seen && seen.videoWidth > 0) {
        await take.current(squareOf(seen, seen.videoWidth, seen.videoHeight));
      }
      if (!isOver) timer = setTimeout(() => void look(), everyMs);
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [isTaking, everyMs]);

  if (problem) {
    return (
      <p class="callout" role="alert">
        {pictures.noCamera[problem]}
      </p>
    );
  }
  return (
    <>
      <video ref={video} class="camera" autoPlay muted playsInline aria-label={pictures.cameraPicture} />
      {children}
    </>
  );
}
