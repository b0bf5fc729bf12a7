import * as z from 'zod/mini'

/** An issue of this library's own, or one that another schema has found. */
type Refused = z.core.$ZodIssue | { readonly code: 'custom'; readonly path?: readonly PropertyKey[]; readonly message: string }

/**
 * A schema whose output is what `read` makes of a value that `schema` accepts. What `read` refuses becomes an issue of
 * the schema.
 */
export function transformed<S extends z.ZodMiniType, T>(schema: S, read: (value: z.output<S>, refuse: (issue: Refused) => void) => T) {
  return z.pipe(
    schema,
    z.transform(
      (value: z.output<S>, { issues }): T =>
        // The path is copied, because zod puts the keys that lead here before it.
        read(value, ({ path = [], ...issue }) => issues.push({ ...issue, path: [...path], input: value } as z.core.$ZodRawIssue)),
    ),
  )
}
