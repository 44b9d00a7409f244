// Required before a program: notes its largest resident set, in KiB, in the file that PEAK_MEMORY names.
process.on('exit', () => {
  require('node:fs').writeFileSync(process.env.PEAK_MEMORY, String(process.resourceUsage().maxRSS));
});
