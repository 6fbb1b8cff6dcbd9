/** RFC 9457 problem details: the body of every failed answer of our own API. */
import Type from 'typebox';

export const Problem = Type.Object(
  {
    type: Type.String({ description: 'A stable address of the kind of problem, `/docs#CODE`.' }),
    title: Type.String({ description: 'The kind of problem in a few words.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    code: Type.String({ description: 'The stable code that programs branch on, such as `INPUT_INVALID`.' }),
    detail: Type.String({ description: 'What was wrong with this request, and what to do.' }),
    path: Type.Optional(Type.String({ description: 'Where in the request, such as `inputs[2][5]`.' })),
    offsetBytes: Type.Optional(Type.Integer({ description: 'Where in the file, as a byte offset.' })),
    line: Type.Optional(Type.Integer({ description: 'Where in the file, as a line counted from 1.' })),
    incident: Type.Optional(
      Type.String({ description: 'For `INTERNAL`: the id under which the log has more.' }),
    ),
  },
  { $id: 'Problem', description: 'RFC 9457 problem details.' },
);
export type Problem = Type.Static<typeof Problem>;
