// Checks that every relative link in a Markdown file of the package leads to a file of the package, and every anchor to
// a heading.
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** Returns the links that lead nowhere. `files` are the paths in the package. */
export function brokenLinks(files) {
  const shipped = new Set(files)
  return files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      linksOf(file)
        .filter((link) => !leadsSomewhere(shipped, file, link))
        .map((link) => `${file}: ${link}`),
    )
}

function linksOf(file) {
  const links = readFileSync(file, 'utf8').matchAll(/\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g)
  return [...links].map(([, target, source]) => target ?? source).filter((link) => !/^[a-z]+:/.test(link))
}

function leadsSomewhere(shipped, file, link) {
  const [path, anchor] = link.split('#')
  const target = path === '' ? file : posix.join(posix.dirname(file), path)
  const isDirectory = [...shipped].some((other) => other.startsWith(`${target}/`))
  if (!shipped.has(target) && !isDirectory) return false
  return anchor === undefined || (target.endsWith('.md') && headingsOf(target).includes(anchor))
}

/** Returns the anchors that GitHub gives to the headings of a file. */
function headingsOf(file) {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)
  return [...headings].map(([, heading]) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  )
}
