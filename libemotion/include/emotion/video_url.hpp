#pragma once

#include <string>

#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// The RTSP address of an IP camera's main stream in the form of Dahua's cameras:
/// rtsp://LOGIN:PASSWORD@ADDRESS:554/cam/realmonitor?channel=1&subtype=0&unicast=true&proto=Onvif. Letters that have a
/// meaning of their own in an address are written as %XX. `address`: a host name or an IP address; a port of its own
/// ("10.0.0.7:8554") takes the place of 554. Throws Error{invalid_argument} for an address that is empty or holds a
/// user, a path or a space.
std::string ip_camera_url(const std::string& address, const std::string& login, const std::string& password);

/// `text`, an address or any text with addresses in it, as it may be shown: of each address the password, and the
/// values of query parameters that are named like one (password, pwd, token, key and so on), are written as ***. Where
/// it is not sure where a password ends, more is hidden than needed. Every message of the library goes through this.
std::string without_password(const std::string& text);

}  // namespace EMOTION_PUBLIC
