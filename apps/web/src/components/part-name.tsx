/** The name of a part or design; long ones written_without_spaces may break after an underscore. */
import { Fragment, type ReactElement } from 'react';

export function PartName({ name }: { name: string }): ReactElement {
  let at = 0;
  return (
    <>
      {name.split(/(?<=_)(?=[^_])/).map((piece) => {
        at += piece.length;
        return (
          <Fragment key={at}>
            {piece}
            <wbr />
          </Fragment>
        );
      })}
    </>
  );
}
