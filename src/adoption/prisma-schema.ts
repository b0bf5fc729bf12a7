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
  // A name that Prisma would not give by itself is told, or it would rename the index.
  const mapped = (columns: readonly string[], end: string, name: string) =>
    [table.name, ...columns, end].join('_') === name ? `[${columns.join(', ')}]` : `[${columns.join(', ')}], map: "${name}"`
  const indexes = connections.flatMap((connection) => {
    const { byStatus, byActivity } = closedNames(table, connection)
    return [
      `@@index(${mapped([connection, psid, status], 'idx', byStatus)})`,
      `@@index(${mapped([connection, status, activityAt], 'idx', byActivity)})`,
    ]
  })
  if (enforce === 'key-column')
    return {
      version,
      remove,
      add: [
        `${keyColumn} Boolean?`,
        ...indexes,
        ...connections.map((connection) => `@@unique(${mapped([connection, psid, keyColumn], 'key', closedNames(table, connection).key)})`),
      ],
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
