import { notInstalled } from './not-installed.js'

/**
 * Loads the code that opens databases by URL, which knows every adapter and every driver. A host that passes in one
 * adapter must not get any of that code in its bundle, so bundlers are kept from following this import, and Node
 * resolves it when a store is opened by a URL. Throws UNSUPPORTED if the package is not there.
 */
export async function loadOpening(): Promise<typeof import('./index.js')> {
  // Bundlers that do not know the comments below would follow a literal name.
  const subpath = ['conversation-store', 'opening'].join('/')
  const loading: Promise<typeof import('./index.js')> = import(
    /* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ subpath
  )
  return loading.catch(
    notInstalled(
      'conversation-store',
      'opening a url from a bundle',
      `an adapter: createConversationStore({ adapter: postgres({ pool }) }), or { adapter: openUrl(url) } with openUrl from conversation-store/opening`,
    ),
  )
}
