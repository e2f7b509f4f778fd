import { useEffect, useRef, useState } from "preact/hooks";
import { squareOf } from "../../pictures/square.js";
import { texts } from "../../texts/index.js";

/** What the camera sees, in the middle of it; told every so many milliseconds while `isTaking`. */
export function Camera({
  isTaking,
  everyMs,
  onPicture,
}: {
  readonly isTaking: boolean;
  readonly everyMs: number;
  onPicture(square: OffscreenCanvas): Promise<unknown>;
}) {
  const { pictures } = texts.value;
  const video = useRef<HTMLVideoElement>(null);
  const [failure, setFailure] = useState<string | undefined>(undefined);
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
      } catch {
        setFailure(pictures.noCamera);
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

  if (failure !== undefined) return <p class="callout">{failure}</p>;
  return <video ref={video} class="camera" autoPlay muted playsInline aria-label={pictures.cameraPicture} />;
}
