import type { PGlite } from '@electric-sql/pglite'
import { notInstalled } from './not-installed.js'
import { type OpenDataDir, openDataDir } from './open-data-dir.js'

/**
 * Opens PGlite over a directory, which all stores of this process share. Throws DATA_DIR_LOCKED if another process has
 * it open.
 */
export async function openPgliteDirectory(dataDir: string): Promise<OpenDataDir<PGlite>> {
  const driver = await import('@electric-sql/pglite').catch(notInstalled('@electric-sql/pglite', 'opening a pglite: url'))
  return openDataDir(dataDir, (directory) => driver.PGlite.create(directory))
}
