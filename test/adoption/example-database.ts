/** The SQL by which an example fills its database. */
export function sqlStatementsOf(example: string): string {
  const [, sql] = /client\.query\(`([\s\S]*?)`\)/.exec(example) ?? []
  if (sql === undefined) throw new Error('the example sends no SQL')
  // Within a template literal a backslash is written twice.
  return sql.replaceAll('\\\\', '\\')
}
