import { open } from 'node:fs/promises'

/** Appends lines to a file, and returns when the disk has them. */
export async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  const file = await open(path, 'a')
  try {
    await file.appendFile(lines.map((line) => `${line}\n`).join(''))
    await file.sync()
  } finally {
    await file.close()
  }
}
