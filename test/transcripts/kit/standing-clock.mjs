// Preloaded into every Node program of a page (stage.ts): its clock shows one moment and stays there.
const moment = Date.parse(process.env.STANDING_CLOCK);
const MachineDate = Date;

globalThis.Date = class extends MachineDate {
  constructor(...args) {
    if (args.length === 0) super(moment);
    else super(...args);
  }

  static now() {
    return moment;
  }
};
