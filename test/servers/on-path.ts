import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/**
 * The first executable with that name on the PATH, or else in the folders of `more`. Debian keeps some servers outside
 * a user's PATH.
 */
export async function onPath(name: string, more: readonly string[] = []): Promise<string | undefined> {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...more]) {
    if (!folder) continue
    const file = join(folder, name)
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (usable) return file
  }
  return undefined
}
