/** A schema as nested lists of fields, each with its type, bounds and meaning. */
import type { ReactElement } from 'react';
import type { SchemaField, SchemaNode } from '../../api/openapi/describe-schema.ts';
import { Prose } from '../../components/prose.tsx';
import classes from './schema-view.module.css';

export interface ShownField extends SchemaField {
  /** Said after the type, such as where a parameter goes. */
  readonly note?: string;
}

/** More values than these are a list of their own, and no longer a help. */
const VALUES_SHOWN = 12;

export function NodeFacts({ node }: { node: SchemaNode }): ReactElement {
  const { type, constraints, values } = node;
  const more = values.length - VALUES_SHOWN;
  return (
    <span className={classes.facts}>
      {type}
      {constraints.map((constraint) => `, ${constraint}`)}
      {values.length > 0 && (
        <>
          {': '}
          {values.slice(0, VALUES_SHOWN).map((value, at) => (
            <span key={value}>
              {at > 0 && ', '}
              <code>{value}</code>
            </span>
          ))}
          {more > 0 && ` and ${more} more`}
        </>
      )}
    </span>
  );
}

function Field({ name, isRequired, node, note }: ShownField): ReactElement {
  return (
    <li>
      <p className={classes.line}>
        <code className={classes.name}>{name}</code>
        <NodeFacts node={node} />
        {note !== undefined && <span className={classes.facts}>{note}</span>}
        {isRequired && <span className={classes.required}>required</span>}
      </p>
      {node.description !== undefined && <Prose text={node.description} className={classes.description} />}
      {node.fields.length > 0 && (
        <details className={classes.inside}>
          <summary>
            {node.fields.length === 1 ? '1 field inside' : `${node.fields.length} fields inside`}
          </summary>
          <FieldList fields={node.fields} />
        </details>
      )}
    </li>
  );
}

export function FieldList({ fields }: { fields: readonly ShownField[] }): ReactElement | null {
  if (fields.length === 0) return null;
  return (
    <ul className={classes.fields}>
      {fields.map((field) => (
        <Field key={field.name} {...field} />
      ))}
    </ul>
  );
}
