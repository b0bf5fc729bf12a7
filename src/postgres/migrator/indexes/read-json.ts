import type { MigrationSession } from '../migration.js'

/**
 * Parses the first column of each row. The statement must cast it to text, because a host may have given its driver
 * parsers of its own.
 */
export async function readJson<T>(session: MigrationSession, text: string, values: readonly unknown[] = []): Promise<readonly T[]> {
  const rows = await session.query(text, values)
  return rows.map((row) => {
    const [json] = Object.values(row)
    return JSON.parse(String(json)) as T
  })
}
