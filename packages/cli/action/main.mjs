// Where the GitHub Action starts: it runs the command of its own revision.
process.argv = [process.execPath, 'aip', 'ci', '--action'];
await import('../bundle/aip.js');
