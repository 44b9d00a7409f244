// Preloaded into a Node program (kit/clock.ts): its clock is so many hours ahead of the machine's.
const ahead = Number(process.env.STORY_HOURS_AHEAD) * 3_600_000;
const MachineDate = Date;

globalThis.Date = class extends MachineDate {
  constructor(...args) {
    if (args.length === 0) super(MachineDate.now() + ahead);
    else super(...args);
  }

  static now() {
    return MachineDate.now() + ahead;
  }
};
