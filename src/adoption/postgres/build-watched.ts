import { type BuildWatch, everyTwoSeconds, unwatched } from '../../migrator/kernel/index-build.js'
import { createExecutor } from '../../postgres/create-executor.js'
import { isPgPool } from '../../postgres/drivers.js'
import { buildIndex } from '../../postgres/migrator/indexes/build-index.js'
import type { MigrationSession, PostgresIndex } from '../../postgres/migrator/migration.js'
import { watchBuilds } from '../../postgres/migrator/watch-builds.js'
import type { AdoptionOptions } from '../options.js'
import { toldBuilds } from '../told-builds.js'
import { oneOf } from './sessions.js'
import { buildOptions } from './table-changes.js'

type Options = Pick<AdoptionOptions, 'db' | 'signal' | 'logger' | 'onProgress'>

/** Builds an index of a host's beside its writers, as `buildIndex` does, and tells `onProgress` how far it is. */
export async function buildWatched(session: MigrationSession, schema: string, index: PostgresIndex, options: Options): Promise<void> {
  await buildIndex(session, schema, index, { ...buildOptions(options), watch: await watchOf(session, options) })
}

/** The server tells it to another connection alone, which only a pool has. */
async function watchOf(session: MigrationSession, { db, onProgress }: Options): Promise<BuildWatch> {
  if (onProgress === undefined || !isPgPool(db)) return unwatched
  const pid = await oneOf<number>(session, 'select pg_catalog.pg_backend_pid()::text')
  const executor = createExecutor(db, { preparedStatements: false })
  return toldBuilds({ onProgress }, (onBuild) => watchBuilds({ driver: db, executor, ticks: everyTwoSeconds }, { pid }, onBuild))
}
