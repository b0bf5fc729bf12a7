import { type BuildWatch, buildWatch, type IndexBuild, type Ticks, unwatched } from '../../migrator/kernel/index-build.js'
import type { MongoClientLike, MongoDb } from '../driver.js'
import { databaseOf } from './indexes/explain-refusal.js'

export interface BuildsToWatch {
  /** The client that asks. Without one nothing is told. */
  readonly client: MongoClientLike | undefined
  readonly db: MongoDb
  readonly ticks: Ticks
}

/**
 * Watches the builds of a run by what the server tells of its operations. A user who may not see those of others
 * (`inprog`) is told nothing, because the server builds under a name of its own.
 */
export function watchBuilds({ client, db, ticks }: BuildsToWatch, onBuild: ((build: IndexBuild) => void) | undefined): BuildWatch {
  if (client === undefined || onBuild === undefined) return unwatched
  const look = async (index: string): Promise<IndexBuild | null> => {
    const isOurs = { 'command.$db': databaseOf(db), 'command.indexes.name': { $in: index.split(', ') }, msg: { $regex: '^Index Build' } }
    const pipeline = [{ $currentOp: { allUsers: true, localOps: false } }, { $match: isOurs }, { $project: { msg: 1, progress: 1 } }]
    const { cursor } = await client.db('admin').command({ aggregate: 1, pipeline, cursor: {} })
    const [found]: readonly unknown[] = Reflect.get(Object(cursor), 'firstBatch') ?? []
    return found === undefined ? null : toBuild(index, found)
  }
  return buildWatch(ticks, look, onBuild)
}

/** The message repeats itself, and the numbers: `Index Build: scanning collection Index Build: …: 5/10 50%`. */
function toBuild(index: string, found: unknown): IndexBuild {
  const [, phase = 'index build'] = /^Index Build: (.+?)(?: Index Build: .*)?$/.exec(String(Reflect.get(Object(found), 'msg'))) ?? []
  const progress: unknown = Reflect.get(Object(found), 'progress')
  const number = (name: string) => Number(Reflect.get(Object(progress), name))
  const isCounted = number('total') > 0
  return { index, phase, done: isCounted ? number('done') : null, of: isCounted ? number('total') : null }
}
