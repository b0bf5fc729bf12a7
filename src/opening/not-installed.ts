import { ConversationStoreError } from '../model/errors.js'

/**
 * Handles a failed `import()` of a package that hosts install only if they need it: throws UNSUPPORTED, which says what
 * to install. Call it in a `.catch` right behind the `import()`, because bundlers accept that such a package is absent
 * only there and otherwise refuse to build.
 */
export function notInstalled(
  packageName: string,
  operation: string,
  needs = `the package ${packageName}: npm install ${packageName}`,
): (error: unknown) => never {
  return (error) => {
    if (!isMissing(error, packageName)) throw error
    throw new ConversationStoreError('UNSUPPORTED', { operation, needs }, { cause: error })
  }
}

/** True if the package itself is missing, and not one of the packages that it needs in turn. */
function isMissing(error: unknown, packageName: string): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && String(error).includes(`'${packageName}`)
}
