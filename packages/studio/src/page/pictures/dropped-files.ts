/** A file, and the folder that it is in, where that is known. */
export interface FoundFile {
  readonly file: File;
  readonly folder: string | undefined;
}

/** Files that were chosen: those of a folder know where in it they are. */
export const chosenFiles = (files: Iterable<File>): FoundFile[] =>
  [...files].map((file) => ({ file, folder: file.webkitRelativePath.split("/").at(-2) })).filter(isVisible);

/** Everything that was dropped, with what is in folders. */
export async function droppedFiles(data: DataTransfer): Promise<FoundFile[]> {
  // The entries are gone once this event is over.
  const entries = Array.from(data.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return chosenFiles(data.files);
  const found = await Promise.all(entries.map((entry) => filesIn(entry, undefined)));
  return found.flat().filter(isVisible);
}

async function filesIn(entry: FileSystemEntry, folder: string | undefined): Promise<FoundFile[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ file, folder }];
  }
  const entries = await entriesOf((entry as FileSystemDirectoryEntry).createReader());
  const found: FoundFile[] = [];
  for (const inner of entries) found.push(...(await filesIn(inner, entry.name)));
  return found;
}

/** A reader gives a hundred entries at a time. */
async function entriesOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
/** Such as those in which systems keep a folder's looks. */
const isVisible = ({ file }: FoundFile): boolean => !file.name.startsWith(".") && file.name !== "Thumbs.db";

/** Files by folder, where they are in more than one; undefined where they are not. */
export function byFolder(files: readonly FoundFile[]): ReadonlyMap<string, readonly File[]> | undefined {
  const folders = new Map<string, File[]>();
  for (const { file, folder } of files) {
    if (folder === undefined) return undefined;
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return folders.size < 2 ? undefined : folders;
}
