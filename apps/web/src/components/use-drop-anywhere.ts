/** Lets a file be dropped or pasted anywhere on the page; tells whether one hovers over it. */
import { useEffect, useEffectEvent, useState } from 'react';

/** Whether files are dragged: a link or a piece of text keeps its usual meaning. */
function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

export function useDropAnywhere(onFiles: (files: readonly File[]) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  const take = useEffectEvent((files: FileList | undefined) => {
    if (files !== undefined && files.length > 0) onFiles([...files]);
  });
  useEffect(() => {
    const listeners = new AbortController();
    const { signal } = listeners;
    addEventListener(
      'dragover',
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.dataTransfer!.dropEffect = 'copy';
        setIsOver(true);
      },
      { signal },
    );
    addEventListener(
      'dragleave',
      (event) => {
        // Only the step out of the window has nowhere to go to.
        if (event.relatedTarget === null) setIsOver(false);
      },
      { signal },
    );
    addEventListener(
      'drop',
      (event) => {
        setIsOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        take(event.dataTransfer?.files);
      },
      { signal },
    );
    addEventListener('paste', (event) => take(event.clipboardData?.files), { signal });
    return () => listeners.abort();
  }, []);
  return isOver;
}
