/** A file input dressed as whatever stands inside it; the input itself stays there for keyboards and readers. */
import type { ChangeEvent, ReactElement, ReactNode } from 'react';
import classes from './file-picker.module.css';

export interface FilePickerProps {
  readonly label: string;
  readonly className: string | undefined;
  readonly onFiles: (files: readonly File[]) => void;
  readonly children: ReactNode;
}

export function FilePicker({ label, className, onFiles, children }: FilePickerProps): ReactElement {
  function handleChange({ currentTarget }: ChangeEvent<HTMLInputElement>): void {
    const files = [...(currentTarget.files ?? [])];
    // Emptied, so that choosing the same file again, mended meanwhile, counts as a change.
    currentTarget.value = '';
    if (files.length > 0) onFiles(files);
  }
  return (
    <label className={`${classes.picker} ${className ?? ''}`}>
      <input
        type="file"
        accept=".stl,.obj,model/stl,model/obj"
        aria-label={label}
        data-testid="drop-input"
        className="visually-hidden"
        onChange={handleChange}
      />
      {children}
    </label>
  );
}
