import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { CACHE } from './cache.js'

const packageFile = join(createRequire(import.meta.url).resolve('@electric-sql/pglite'), '..', '..', 'package.json')
const KEPT = join(CACHE, `pglite-${JSON.parse(readFileSync(packageFile, 'utf8')).version}.tar`)

/** Keeps an empty data directory, because making one takes three times as long as opening a copy of it. */
export async function keepPgliteDataDir(): Promise<void> {
  if (existsSync(KEPT)) return
  const pglite = await PGlite.create()
  const dump = await pglite.dumpDataDir('none')
  await pglite.close()
  await mkdir(CACHE, { recursive: true })
  // The rename is atomic, so a second run at the same time never reads half a directory.
  const work = `${KEPT}.${process.pid}`
  await writeFile(work, Buffer.from(await dump.arrayBuffer()))
  await rename(work, KEPT)
}

/** A new instance with an empty database. */
export function newPglite(): PGlite {
  return new PGlite({ loadDataDir: new Blob([readFileSync(KEPT)]) })
}
