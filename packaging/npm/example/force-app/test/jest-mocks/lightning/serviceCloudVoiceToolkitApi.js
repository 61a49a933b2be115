import { LightningElement } from 'lwc';

/** Stands in for the toolkit, which only Salesforce has: events are dispatched on its element. */
export default class ServiceCloudVoiceToolkitApi extends LightningElement {}
