import { type BuildWatch, everyTwoSeconds } from '../../migrator/kernel/index-build.js'
import type { MongoClientLike, MongoDb } from '../../mongo/driver.js'
import { watchBuilds } from '../../mongo/migrator/watch-builds.js'
import type { AdoptionOptions } from '../options.js'
import { toldBuilds } from '../told-builds.js'

/** Watches the builds of indexes in a host's database, for its `onProgress`. */
export function buildsWatched(db: MongoDb, options: Pick<AdoptionOptions, 'onProgress'>): BuildWatch {
  const client = Reflect.get(db, 'client') as MongoClientLike | undefined
  return toldBuilds(options, (onBuild) => watchBuilds({ client, db, ticks: everyTwoSeconds }, onBuild))
}
