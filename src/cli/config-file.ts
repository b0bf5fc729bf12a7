import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import { ConversationStoreError } from '../model/errors.js'
import { listed } from './options/value-kinds.js'
import { usageError } from './usage-error.js'

const prefix = 'conversation-store.config.'
const extensions = ['ts', 'mts', 'js', 'mjs', 'cjs']

/**
 * Returns what a configuration file exports as `config`, or by default: the one that `named` names, or else the
 * directory's. Returns undefined if there is none. Throws VALIDATION_FAILED where a file would be passed over in
 * silence: two of them, one of a kind that is not read, and the one of the project in whose subdirectory this is.
 */
export async function loadConfigFile(directory: string, named?: string): Promise<unknown> {
  const file = named === undefined ? await findConfigFile(directory) : resolve(directory, named)
  if (file === null) return undefined
  if (!existsSync(file)) throw usageError('--config', 'names no file that is there')
  if (!extensions.includes(extname(file).slice(1))) throw usageError('--config', `must be a file of ${listed(extensions)}`)
  const config = exported(/\.m?ts$/.test(file) ? await importTypeScript(file) : await import(pathToFileURL(file).href))
  if (config === undefined) throw usageError(basename(file), 'must export its configuration as `config`, or by default')
  return config
}

async function findConfigFile(directory: string): Promise<string | null> {
  const [file, other] = await configFilesIn(directory)
  if (file !== undefined && other !== undefined)
    throw usageError(file, `and ${other} are both there; keep one of the two, or name one by --config`)
  if (file !== undefined && !extensions.includes(file.slice(prefix.length))) {
    throw usageError(file, `is of a kind that is not read; make it a file of ${listed(extensions)}`)
  }
  if (file !== undefined) return join(directory, file)
  const above = await configFileAbove(directory)
  if (above !== null)
    throw usageError('--config', `is needed: ${relative(directory, above)} is not in this directory; run there, or name it`)
  return null
}

/** The configuration in the directories above, up to the one that has the package.json of this project. */
async function configFileAbove(directory: string): Promise<string | null> {
  for (let at = directory; !existsSync(join(at, 'package.json')); ) {
    const above = dirname(at)
    if (above === at) return null
    const [file] = await configFilesIn(above)
    if (file !== undefined) return existsSync(join(above, 'package.json')) ? join(above, file) : null
    at = above
  }
  return null
}

/** Files such as `conversation-store.config.test.ts` are others. */
async function configFilesIn(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => [])
  return names.filter((name) => name.startsWith(prefix) && /^\w+$/.test(name.slice(prefix.length))).sort()
}

/**
 * Finds the configuration in a module. It may be an ES module, a CommonJS one, or one that a compiler turned from one
 * kind into the other. The last two arrive with their exports as `default`.
 */
function exported(module: unknown): unknown {
  if (typeof module !== 'object' || module === null) return undefined
  if ('config' in module) return module.config
  if (!('default' in module)) return undefined
  return exported(module.default) ?? module.default
}

/**
 * Imports a TypeScript file. Even a Node that strips types can't read every file (enums, imports without an extension).
 * Then tsx tries, if the project has it.
 */
async function importTypeScript(file: string): Promise<unknown> {
  const { href } = pathToFileURL(file)
  try {
    return await import(href)
  } catch (error) {
    if (!isUnreadable(error)) throw error
    const tsImport = await loadTsImport(file)
    if (tsImport !== null) return tsImport(href, href)
    throw new ConversationStoreError(
      'UNSUPPORTED',
      {
        operation: `reading ${basename(file)}`,
        needs: 'Node 22.18 or newer and what it can strip the types of, or the package tsx: npm install tsx',
      },
      { cause: error },
    )
  }
}

const unreadable = [
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNSUPPORTED_DIR_IMPORT',
]

function isUnreadable(error: unknown): boolean {
  return error instanceof Error && (error.name === 'SyntaxError' || ('code' in error && unreadable.includes(String(error.code))))
}

type TsImport = (specifier: string, parentUrl: string) => Promise<unknown>

const manifestSchema = z.object({ exports: z.object({ './esm/api': z.object({ import: z.object({ default: z.string() }) }) }) })
const apiSchema = z.object({ tsImport: z.custom<TsImport>((value) => typeof value === 'function') })

/**
 * Loads the host's own tsx, which this package could not resolve from its own place under a strict package manager.
 * `require` would resolve the CommonJS part of tsx, which has no `tsImport`.
 */
async function loadTsImport(file: string): Promise<TsImport | null> {
  let manifestFile: string
  try {
    manifestFile = createRequire(file).resolve('tsx/package.json')
  } catch {
    return null
  }
  const manifest = manifestSchema.safeParse(JSON.parse(await readFile(manifestFile, 'utf8')))
  if (!manifest.success) return null
  const path = join(dirname(manifestFile), manifest.data.exports['./esm/api'].import.default)
  return apiSchema.parse(await import(pathToFileURL(path).href)).tsImport
}
