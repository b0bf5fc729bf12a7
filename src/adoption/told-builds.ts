import { type BuildWatch, type IndexBuild, unwatched } from '../migrator/kernel/index-build.js'
import type { AdoptionOptions } from './options.js'
import { remainingTime } from './remaining-time.js'

/**
 * Tells `onProgress` how far the builds of indexes are. `watching` makes the watch of the engine. A phase in which the
 * server counts nothing is not told. What `onProgress` throws is thrown after the build.
 */
export function toldBuilds(
  { onProgress }: Pick<AdoptionOptions, 'onProgress'>,
  watching: (onBuild: (build: IndexBuild) => void) => BuildWatch,
): BuildWatch {
  if (onProgress === undefined) return unwatched
  return async (index, work) => {
    const told: Promise<void>[] = []
    let at = { phase: '', remaining: remainingTime(0) }
    const watch = watching(({ phase, done, of }) => {
      if (done === null || of === null) return
      // Each phase counts something else, and goes at a pace of its own from where it was when it was first seen.
      if (phase !== at.phase) at = { phase, remaining: remainingTime(done) }
      const progress = { name: `index ${index}: ${phase}`, done, total: of, remainingMs: at.remaining(done, of) }
      const telling = (async () => onProgress(progress))()
      telling.catch(() => undefined)
      told.push(telling)
    })
    const result = await watch(index, work)
    await Promise.all(told)
    return result
  }
}
