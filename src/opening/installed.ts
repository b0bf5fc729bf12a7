import { ConversationStoreError } from '../model/errors.js'

/** A package that hosts install only if they need it. Throws UNSUPPORTED, which says what to install, where it is not there. */
export async function installed<T>(loading: Promise<T>, operation: string, packageName: string): Promise<T> {
  try {
    return await loading
  } catch (error) {
    if (!isMissing(error, packageName)) throw error
    throw new ConversationStoreError(
      'UNSUPPORTED',
      { operation, needs: `the package ${packageName}: npm install ${packageName}` },
      { cause: error },
    )
  }
}

/** Missing itself, not one of the packages that it needs in turn. */
function isMissing(error: unknown, packageName: string): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && String(error).includes(`'${packageName}'`)
}
