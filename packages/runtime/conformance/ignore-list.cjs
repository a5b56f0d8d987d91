/** @typedef {{ name: string, reason: string }} Entry */

/**
 * Looks specs up in the list of ignored ones.
 * @param {Entry[]} entries each with the full name of a spec, or its beginning and a "*"
 */
function matcher(entries) {
  const used = new Set();
  for (const { name, reason } of entries) if (!name || !reason) throw new Error(`ignored.json: an entry needs a name and a reason: ${JSON.stringify({ name, reason })}`);
  return {
    /** @param {string} fullName */
    find(fullName) {
      const entry = entries.find(({ name }) => (name.endsWith('*') ? fullName.startsWith(name.slice(0, -1)) : fullName === name));
      if (entry) used.add(entry.name);
      return entry;
    },
    unmatched: () => entries.filter(({ name }) => !used.has(name)).map(({ name }) => name),
  };
}

module.exports = { matcher };
