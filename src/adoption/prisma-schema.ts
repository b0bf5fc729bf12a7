import type { PrismaChange } from './allow-closed-types.js'
import { type ClosedTable, closedNames } from './closed-tables.js'

const isExternal = 'Name conversation_store_adoption among the external tables of prisma.config.ts, or Prisma drops it.'
const sqlBelongs = 'Add the SQL to a migration, for databases that are made anew.'

/**
 * The names are those of the columns; a model with other field names has to be written with those. `predicate` is the
 * condition of the partial indexes as the server prints it, because Prisma compares its text.
 */
export function prismaChange(
  table: ClosedTable,
  version: 6 | 7,
  { predicate, sql }: { readonly predicate: string; readonly sql: readonly string[] },
): PrismaChange {
  const { psid, status, activityAt, keyColumn, connections, enforce } = table
  const remove = connections.map((connection) => `@@unique([${connection}, ${psid}])`)
  const indexes = connections.flatMap((connection) => [
    `@@index([${connection}, ${psid}, ${status}])`,
    `@@index([${connection}, ${status}, ${activityAt}])`,
  ])
  if (enforce === 'key-column')
    return {
      version,
      remove,
      add: [`${keyColumn} Boolean?`, ...indexes, ...connections.map((connection) => `@@unique([${connection}, ${psid}, ${keyColumn}])`)],
      notes: ['Prisma does not declare the trigger.', sqlBelongs, isExternal],
      sql,
    }
  if (version === 6)
    return {
      version,
      remove,
      add: indexes,
      notes: ['Prisma 6 knows no partial indexes: it neither declares nor drops them.', sqlBelongs, isExternal],
      sql,
    }
  const where = predicate.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  return {
    version,
    remove,
    add: [
      ...indexes,
      ...connections.map(
        (connection) => `@@unique([${connection}, ${psid}], map: "${closedNames(table, connection).active}", where: raw("${where}"))`,
      ),
    ],
    notes: [
      'The lines with raw(…) need Prisma 7.4, and "partialIndexes" among the previewFeatures of the generator.',
      'From Prisma 7.5 on, leave out both: without the feature Prisma leaves partial indexes alone.',
      sqlBelongs,
      isExternal,
    ],
    sql,
  }
}
