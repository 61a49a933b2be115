import { LightningElement } from 'lwc';

/** Share of lost packets from which a rep is warned. */
const POOR_LOSS = 0.05;

const STATES = {
  callstarted: 'Ringing',
  callconnected: 'In a call',
  hold: 'On hold',
  resume: 'In a call',
  callended: 'Call ended',
  wrapupended: 'No call',
};

/** Shows the state of the current call, what was said in it, and whether the rep can hear it. */
export default class CallMonitor extends LightningElement {
  state = 'No call';
  participant;
  lossRatio = 0;
  messages = [];

  #toolkit;

  listeners = {
    callstarted: ({ detail }) => this.begin(detail),
    audiostats: ({ detail }) => this.listen(detail),
    transcript: ({ detail }) => this.read(detail),
  };

  renderedCallback() {
    if (this.#toolkit) return;
    this.#toolkit = this.template.querySelector('lightning-service-cloud-voice-toolkit-api');
    for (const type of Object.keys(STATES)) this.#toolkit.addEventListener(type, this.follow);
    for (const [type, listener] of Object.entries(this.listeners)) {
      this.#toolkit.addEventListener(type, listener);
    }
  }

  disconnectedCallback() {
    for (const type of Object.keys(STATES)) this.#toolkit?.removeEventListener(type, this.follow);
    for (const [type, listener] of Object.entries(this.listeners)) {
      this.#toolkit?.removeEventListener(type, listener);
    }
    this.#toolkit = undefined;
  }

  get isAudioPoor() {
    return this.lossRatio >= POOR_LOSS;
  }

  get loss() {
    return `${(100 * this.lossRatio).toFixed(1)} %`;
  }

  follow = ({ type }) => {
    this.state = STATES[type];
  };

  begin({ participant }) {
    this.participant = participant;
    this.lossRatio = 0;
    this.messages = [];
  }

  listen({ stats, packetsLost, packetsCount }) {
    if (stats !== 'inputChannelStats' || packetsCount + packetsLost === 0) return;
    this.lossRatio = packetsLost / (packetsCount + packetsLost);
  }

  read({ id, content, sender }) {
    this.messages = [...this.messages, { id, text: content.text, sender: sender.role }];
  }
}
