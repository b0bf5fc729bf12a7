/** Where two values differ, each place with what is expected and what is there. */
export function differences(expected: unknown, found: unknown, path = ''): readonly string[] {
  if (!isTree(expected) || !isTree(found)) {
    return JSON.stringify(expected) === JSON.stringify(found)
      ? []
      : [`${path}: ${JSON.stringify(expected)} became ${JSON.stringify(found)}`]
  }
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)])
  return [...keys].flatMap((key) => differences(Reflect.get(expected, key), Reflect.get(found, key), path === '' ? key : `${path}.${key}`))
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
