import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import { ConversationStoreError } from '../model/errors.js'
import { usageError } from './usage-error.js'

const names = ['ts', 'js', 'mjs'].map((extension) => `conversation-store.config.${extension}`)

/**
 * Returns what the directory's configuration file exports as `config`, or by default. Returns undefined if there is no
 * file.
 */
export async function loadConfigFile(directory: string): Promise<unknown> {
  const [file, other] = names.map((name) => join(directory, name)).filter((path) => existsSync(path))
  if (file === undefined) return undefined
  if (other !== undefined) throw usageError(basename(file), `and ${basename(other)} are both there; keep one of the two`)
  const config = exported(file.endsWith('.ts') ? await importTypeScript(file) : await import(pathToFileURL(file).href))
  if (config === undefined) throw usageError(basename(file), 'must export its configuration as `config`, or by default')
  return config
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
