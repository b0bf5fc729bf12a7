import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished, vi } from 'vitest'

/** A bug: a changed text of one of the library's modules. */
export interface PlantedBug {
  /** The module, below `src`. */
  readonly file: string
  /** Stands in the module exactly once. */
  readonly replace: string
  readonly by: string
}

export function changes(file: string, replace: string, by: string): PlantedBug {
  return { file, replace, by }
}

/** Puts a changed module in the place of the library's own for whatever is imported from now on in this test. */
export async function plant({ file, replace, by }: PlantedBug): Promise<void> {
  const path = fileURLToPath(new URL(`../../../src/${file}`, import.meta.url))
  const text = await readFile(path, 'utf8')
  if (text.split(replace).length !== 2) throw new Error(`${file} does not have this text once: ${replace}`)
  const absolute = (_: string, word: string, relative: string) => `${word} '${resolve(dirname(path), relative)}'`
  const changed = text.replace(replace, () => by).replaceAll(/\b(from) '(\.[^']+)'/g, absolute)
  const directory = await mkdtemp(join(tmpdir(), 'planted-'))
  const copy = join(directory, basename(file))
  await writeFile(copy, changed)
  vi.resetModules()
  vi.doMock(path, () => import(copy))
  onTestFinished(async () => {
    vi.doUnmock(path)
    vi.resetModules()
    await rm(directory, { recursive: true })
  })
}
