/** Text of the API's descriptions: paragraphs, and `code` in backticks; nothing else is markup. */
import { createElement, type ReactElement } from 'react';

/** Every other piece stood between backticks. */
function Paragraph({ text, className }: { text: string; className: string | undefined }): ReactElement {
  const pieces = text
    .split('`')
    .map((piece, at) => (at % 2 === 1 ? createElement('code', null, piece) : piece));
  return createElement('p', { className }, ...pieces);
}

export function Prose({ text, className }: { text: string; className?: string | undefined }): ReactElement {
  const paragraphs = text.split(/\n{2,}/);
  return (
    <>
      {paragraphs.map((paragraph) => (
        <Paragraph key={paragraph} text={paragraph} className={className} />
      ))}
    </>
  );
}
