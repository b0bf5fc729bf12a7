import type { Conversations } from './tables.js'

/** The commands that an operator runs before anything is changed, and to undo everything. */
export interface Backup {
  readonly backup: string
  readonly restore: string
}

/** `time` is when the backup is made, and names its folder. */
export function mongoBackup(database: string, { name }: Pick<Conversations, 'name'>, time: Date): Backup {
  const folder = `backup_${stamp(time)}`
  const what = `--db=${shellWord(database)} --collection=${shellWord(name)}`
  return {
    backup: `mongodump --uri="$MONGODB_URI" ${what} --out=${folder}`,
    restore: `mongorestore --uri="$MONGODB_URI" --drop --nsInclude=${shellWord(`${database}.${name}`)} ${folder}`,
  }
}

/** `others` are further tables of the schema that are changed. */
export function postgresBackup(
  { schema, name }: Pick<Conversations, 'schema' | 'name'>,
  time: Date,
  others: readonly string[] = [],
): Backup {
  const file = `backup_${stamp(time)}.dump`
  const pattern = (table: string) => shellWord([schema, table].map((each) => `"${each.replaceAll('"', '""')}"`).join('.'))
  const tables = [name, ...others].map((table) => `--table=${pattern(table)}`).join(' ')
  return {
    backup: `pg_dump --format=custom ${tables} --file=${file} "$DATABASE_URL"`,
    restore: `pg_restore --clean --if-exists --dbname="$DATABASE_URL" ${file}`,
  }
}

function stamp(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_')
}

function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
