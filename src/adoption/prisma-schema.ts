import type { PrismaChange } from './allow-closed-types.js'
import { type ClosedTable, closedNames } from './closed-tables.js'

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
      notes: ['Prisma does not declare the trigger. Add the SQL to a migration, for databases that are made anew.'],
      sql,
    }
  if (version === 6)
    return {
      version,
      remove,
      add: indexes,
      notes: [
        'Prisma 6 knows no partial indexes: it neither declares nor drops them. Add the SQL to a migration, for databases that are made anew.',
      ],
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
      'Add "partialIndexes" to the previewFeatures of the generator. From Prisma 7.5 on the last lines and the feature may be left out together: then Prisma leaves partial indexes alone, and the SQL belongs into a migration.',
    ],
    sql,
  }
}
