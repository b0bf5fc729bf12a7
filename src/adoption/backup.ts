/** The commands that an operator runs before anything is changed, and to undo everything. */
export interface Backup {
  readonly backup: string
  readonly restore: string
}

/** `time` is when the backup is made, and names its folder. Without collections, it is of all that the URL names. */
export function mongoBackup(time: Date, of: { readonly database: string; readonly collections: readonly string[] } | null): Backup {
  const folder = `backup_${stamp(time)}`
  const server = '--uri="$MONGODB_URI"'
  if (of === null) return { backup: `mongodump ${server} --out=${folder}`, restore: `mongorestore ${server} --drop ${folder}` }
  const { database, collections } = of
  const dump = (name: string) => `mongodump ${server} --db=${shellWord(database)} --collection=${shellWord(name)} --out=${folder}`
  return {
    // One run of mongodump takes one collection, or all of them.
    backup: collections.map(dump).join(' && '),
    restore: `mongorestore ${server} --drop ${collections.map((name) => `--nsInclude=${shellWord(`${database}.${name}`)}`).join(' ')} ${folder}`,
  }
}

/**
 * `tables` are the ones that are changed, with all that names them, because each is dropped by the restore. Without
 * them, it is of the whole database.
 */
export function postgresBackup(tables: readonly (readonly [schema: string, name: string])[] | null, time: Date): Backup {
  const file = `backup_${stamp(time)}.dump`
  const pattern = (names: readonly string[]) => shellWord(names.map((each) => `"${each.replaceAll('"', '""')}"`).join('.'))
  const which = (tables ?? []).map((table) => `--table=${pattern(table)} `).join('')
  return {
    backup: `pg_dump --format=custom ${which}--file=${file} "$DATABASE_URL"`,
    restore: `pg_restore --clean --if-exists --single-transaction --dbname="$DATABASE_URL" ${file}`,
  }
}

function stamp(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_')
}

export function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
