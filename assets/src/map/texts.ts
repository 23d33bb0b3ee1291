/** MapLibre's own texts, in the language of the page. */
import { t } from '../texts/index.ts';

/** The table that MapLibre's `locale` option wants. */
export function mapLocale(): Record<string, string> {
  return {
    'Map.Title': t('mapTitle'),
    'NavigationControl.ZoomIn': t('mapZoomIn'),
    'NavigationControl.ZoomOut': t('mapZoomOut'),
    'FullscreenControl.Enter': t('mapFullscreenEnter'),
    'FullscreenControl.Exit': t('mapFullscreenExit'),
    'AttributionControl.ToggleAttribution': t('mapAttribution'),
    'Popup.Close': t('mapClose'),
    'CooperativeGesturesHandler.WindowsHelpText': t('mapCtrlScroll'),
    'CooperativeGesturesHandler.MacHelpText': t('mapCmdScroll'),
    'CooperativeGesturesHandler.MobileHelpText': t('mapTwoFingers'),
  };
}
