/** A button that has files chosen. */
export function FileButton({
  label,
  isFolder = false,
  isMultiple = false,
  isPrimary = false,
  onFiles,
}: {
  readonly label: string;
  readonly isFolder?: boolean;
  readonly isMultiple?: boolean;
  readonly isPrimary?: boolean;
  onFiles(files: readonly File[]): void;
}) {
  return (
    <label class={isPrimary ? "button primary" : "button"}>
      {label}
      <input
        class="hidden"
        type="file"
        accept="image/*"
        multiple={isMultiple || isFolder}
        {...(isFolder && { webkitdirectory: true })}
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // So that the same files can be chosen again.
          currentTarget.value = "";
        }}
      />
    </label>
  );
}
