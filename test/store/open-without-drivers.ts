import { register } from 'node:module'

// Opens URLs where no driver is installed, and counts the drivers that importing the package asks for: `tsx
// open-without-drivers.ts <url> …`.
const hooks = `
  const drivers = ['pg', 'mongodb', '@electric-sql/pglite']
  export async function resolve(specifier, context, next) {
    if (!drivers.includes(specifier)) return next(specifier, context)
    throw Object.assign(new Error("Cannot find package '" + specifier + "' imported from " + context.parentURL), { code: 'ERR_MODULE_NOT_FOUND' })
  }`
register(`data:text/javascript,${encodeURIComponent(hooks)}`)

// The hooks are in place now, so an import of a driver at load time would end the process here.
const { createConversationStore } = await import('../../src/index.js')
const answers = await Promise.all(
  process.argv.slice(2).map(async (url) => {
    const store = createConversationStore({ url })
    const answer = await store.migrate().then(
      () => 'opened',
      (error: Error) => error.message,
    )
    await store.close()
    return answer
  }),
)
process.stdout.write(JSON.stringify(answers))
