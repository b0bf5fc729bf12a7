import { mkdir, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type DataDirLock, lockDataDir } from './data-dir-lock.js'

interface Closable {
  close(): Promise<void>
}

interface LockedInstance {
  readonly instance: Closable
  readonly lock: DataDirLock
}

/** One embedded database, shared by all stores of this process that name its directory. */
interface SharedDataDir {
  references: number
  readonly opened: Promise<LockedInstance>
  closing: Promise<void> | null
}

export interface OpenDataDir<T> {
  readonly instance: T
  /** Closes the database and gives up its lock, once the last store of this process has released it. */
  release(): Promise<void>
}

/**
 * Opens the embedded database in a directory, or shares the one that this process already has open. Throws
 * DATA_DIR_LOCKED if another process has it open. All callers of one directory have to open the same class of database.
 */
export async function openDataDir<T extends Closable>(dataDir: string, open: (directory: string) => Promise<T>): Promise<OpenDataDir<T>> {
  const directory = await canonicalPath(dataDir)
  const directories = sharedDataDirs()
  for (;;) {
    const known = directories.get(directory)
    if (known !== undefined && known.closing !== null) {
      await known.closing.catch(() => {})
      continue
    }
    const shared = known ?? { references: 0, opened: openLocked(directory, open), closing: null }
    directories.set(directory, shared)
    shared.references += 1
    try {
      const { instance } = await shared.opened
      let released: Promise<void> | undefined
      return {
        instance: instance as T,
        release() {
          const releasing = released ?? releaseOne(directory, shared)
          released = releasing
          return releasing
        },
      }
    } catch (error) {
      if (directories.get(directory) === shared) directories.delete(directory)
      throw error
    }
  }
}

async function openLocked(directory: string, open: (directory: string) => Promise<Closable>): Promise<LockedInstance> {
  const lock = await lockDataDir(directory)
  try {
    return { lock, instance: await open(directory) }
  } catch (error) {
    lock.release()
    throw error
  }
}

async function releaseOne(directory: string, shared: SharedDataDir): Promise<void> {
  shared.references -= 1
  if (shared.references > 0) return
  shared.closing = close(await shared.opened).finally(() => sharedDataDirs().delete(directory))
  await shared.closing
}

async function close({ instance, lock }: LockedInstance): Promise<void> {
  try {
    await instance.close()
  } finally {
    lock.release()
  }
}

/** Returns the same path for a directory, whatever links lead to it. */
async function canonicalPath(dataDir: string): Promise<string> {
  const directory = resolve(dataDir)
  await mkdir(dirname(directory), { recursive: true })
  return realpath(directory).catch(async () => join(await realpath(dirname(directory)), basename(directory)))
}

/** Returns the map that the ESM copy and the CJS copy of this file share. */
function sharedDataDirs(): Map<string, SharedDataDir> {
  const key = Symbol.for('conversation-store/data-dirs')
  const known: Map<string, SharedDataDir> = Reflect.get(globalThis, key) ?? new Map()
  Reflect.set(globalThis, key, known)
  return known
}
