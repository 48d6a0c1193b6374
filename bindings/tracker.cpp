#include "emotion/tracker.hpp"

#include <fmt/format.h>

#include "face.hpp"
#include "guarded.hpp"
#include "option_tables.hpp"
#include "signature.hpp"

namespace emotion::bindings {

const OptionTable<TrackerOptions>& tracker_options() {
    static const auto table = OptionTable<TrackerOptions>("Tracker", 0)
                                  .field("new_track_score", &TrackerOptions::new_track_score)
                                  .field("high_score", &TrackerOptions::high_score)
                                  .field("low_score", &TrackerOptions::low_score)
                                  .field("min_iou", &TrackerOptions::min_iou)
                                  .field("box_growth", &TrackerOptions::box_growth)
                                  .field("max_gap_s", &TrackerOptions::max_gap_s)
                                  .field("max_missed", &TrackerOptions::max_missed);
    return table;
}

namespace {

void bind_track(py::module_& module) {
    py::class_<Track> type(module, "Track",
                           "Track(id, face, seen_now=True, first_s=0.0, last_s=0.0, sights=1)\n--\n\n"
                           "A face that was followed over time. Read-only.");
    def_init(type,
             py::init([](std::int64_t id, const Face& face, bool seen_now, double first_s, double last_s, int sights) {
                 return Track{id, face, seen_now, first_s, last_s, sights};
             }),
             "One that comes from elsewhere.", py::arg("id"), py::arg("face"), py::arg("seen_now") = true,
             py::arg("first_s") = 0.0, py::arg("last_s") = 0.0, py::arg("sights") = 1);
    type.def_readonly("id", &Track::id, "From 1 on, never given twice by one tracker.");
    type.def_readonly("face", &Track::face, py::return_value_policy::copy,
                      "The Face as it was found now, or where it is expected.");
    type.def_readonly("seen_now", &Track::seen_now,
                      "False: not looked for or not found at this time, and its place is predicted.");
    type.def_readonly("first_s", &Track::first_s, "Time of the first sight.");
    type.def_readonly("last_s", &Track::last_s, "Time of the last sight.");
    type.def_readonly("sights", &Track::sights, "How many times it was found.");
    type.def(
        "__repr__",
        [](const Track& t) {
            const Rect& box = t.face.box;
            return fmt::format(
                "Track(id={}, box=({:.1f}, {:.1f}, {:.1f}, {:.1f}), seen_now={}, first_s={:.3f}, "
                "last_s={:.3f}, sights={})",
                t.id, box.x1, box.y1, box.x2, box.y2, t.seen_now ? "True" : "False", t.first_s, t.last_s, t.sights);
        },
        "__repr__(self, /)\n--\n\nId, box and times.");
    def_value(
        type, [](const Track& t) { return py::make_tuple(t.id, t.face, t.seen_now, t.first_s, t.last_s, t.sights); },
        [](const py::tuple& v) {
            return Track{v[0].cast<std::int64_t>(), v[1].cast<Face>(),   v[2].cast<bool>(),
                         v[3].cast<double>(),       v[4].cast<double>(), v[5].cast<int>()};
        });
}

}  // namespace

void bind_tracker(py::module_& module) {
    bind_track(module);
    using Type = Guarded<Tracker>;
    const std::string doc = tracker_options().signature("Tracker", nullptr) +
                            "\n--\n\n"
                            "Gives the faces of one scene stable ids, by predicted motion and overlap (ByteTrack).\n\n"
                            "high_score: faces from this score on are matched first, to all tracks. new_track_score: "
                            "from here on a face begins a track; None: high_score.\n"
                            "low_score: from here on a face may go on with a track; None: 0.4 * high_score.\n"
                            "min_iou: of a predicted box and a face, both grown by box_growth on each side.\n"
                            "max_gap_s: a track not seen for longer ends, unless it was missed at most max_missed "
                            "times in a row.";
    py::class_<Type, std::shared_ptr<Type>> type(module, "Tracker", doc.c_str());
    type.def(py::init([](const py::args& args, const py::kwargs& keywords) {
                 return make_guarded<Tracker>(tracker_options().parse(args, keywords));
             }),
             (tracker_options().signature("__init__", "self") + "\n--\n\nWithout tracks.").c_str());
    def(
        type, "update",
        [](Type& self, const py::object& faces, double time_s) {
            const std::vector<Face> list = to_faces(faces, "Tracker.update: faces");
            return self.use([&](Tracker& tracker) { return tracker.update(list, time_s); });
        },
        "Takes in the faces found at a time and gives the tracks that were seen now: a list of Track by id.\n\n"
        "time_s: seconds, never going back.",
        py::arg("faces"), py::arg("time_s"));
    def(
        type, "predict",
        [](Type& self, double time_s) { return self.use([&](Tracker& tracker) { return tracker.predict(time_s); }); },
        "Where the tracks seen at the last look are expected at a time at which faces were not looked for. Changes "
        "nothing.",
        py::arg("time_s"));
    def(
        type, "tracks", [](Type& self) { return self.use([](Tracker& tracker) { return tracker.tracks(); }); },
        "All tracks that have not ended, hidden ones too, as they were at the last update.");
    def(
        type, "clear", [](Type& self) { self.use([](Tracker& tracker) { tracker.clear(); }); },
        "Forgets all tracks; ids go on.");
    type.def_property_readonly(
        "options",
        [](Type& self) {
            return tracker_options().to_dict(self.use([](Tracker& tracker) { return tracker.options(); }));
        },
        "{argument: value}.");
    type.def(
        "__repr__",
        [](Type& self) {
            const auto count = self.use([](Tracker& tracker) { return tracker.tracks().size(); });
            return fmt::format("Tracker({} tracks)", count);
        },
        "__repr__(self, /)\n--\n\nHow many tracks it follows.");
}

}  // namespace emotion::bindings
